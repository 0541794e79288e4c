/** An error as a sentence for the info of a member: with a capital, and a full stop. */
export function problemSentence({ message }: Error): string {
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
