import * as grpc from '@grpc/grpc-js';
import * as loader from '@grpc/proto-loader';

/** Together a file of their own in the build: whoever does not use gRPC does not even read it. */
export { grpc, loader };
