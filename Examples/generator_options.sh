# Reads the options --lines N, --seed N and --help of the scripts that write texts; they source this file.

fail() {
  printf '%s: %s; see --help\n' "${0##*/}" "$1" >&2
  exit 64
}

lines=10000 seed=1
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      # The comment at the top is the help text.
      sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
      exit
      ;;
    --lines | --seed)
      [ $# -gt 1 ] || fail "$1 needs a number"
      case $2 in
        '' | *[!0-9]* | ??????????*) fail "$1 needs a whole number of at most nine digits, not '$2'" ;;
      esac
      [ "$1" = --seed ] && seed=$2 || lines=$2
      shift 2
      ;;
    -*) fail "unknown option '$1'" ;;
    *) fail "unexpected argument '$1'" ;;
  esac
done
