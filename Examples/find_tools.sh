# Puts the tools that the arguments name on the path: those that are there, or newly built ones. Sourced by scripts whose
# variable `root` is the folder of the package.

if ! type "$@" &>/dev/null; then
  for tool in "$@"; do
    swift build --package-path "$root" -c release --product "$tool" >&2
  done
  PATH=$(swift build --package-path "$root" -c release --show-bin-path):$PATH
fi
