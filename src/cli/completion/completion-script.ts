export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# source <(wheelwright completion bash)
_wheelwright() {
  local IFS=$'\\n'
  COMPREPLY=($(wheelwright __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _wheelwright wheelwright
`,
  zsh: `#compdef wheelwright
# source <(wheelwright completion zsh)
_wheelwright() {
  local -a candidates
  candidates=("\${(@f)$(wheelwright __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then compadd -Q -- $candidates; else _files; fi
}
compdef _wheelwright wheelwright
`,
  fish: `# wheelwright completion fish | source
function __wheelwright_complete
  set -l words (commandline -opc) (commandline -ct)
  wheelwright __complete $words[2..] 2>/dev/null
end
complete -c wheelwright -a '(__wheelwright_complete)'
`,
};

export function completionScript(shell: Shell): string {
  return scripts[shell];
}
