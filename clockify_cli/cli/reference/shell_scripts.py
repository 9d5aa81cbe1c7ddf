"""The completion scripts: each calls ``clockify __complete`` and quotes the result.

A completion may be any text that somebody gave a project. So no shell ever evaluates it as code:
there is no `eval`, and each script quotes by its shell's own means.
"""

from __future__ import annotations

BASH = r"""# bash completion for clockify
_clockify() {
    local word line value quote="" colons="" i count=0
    local -a words
    COMPREPLY=()
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        # Bash takes a word with a colon or an at sign apart.
        if ((count)) && { [[ $word == :* || ${words[count - 1]} == *[:@] ]] ||
            [[ $word == @* && ${COMP_LINE:0:COMP_POINT} == *"${COMP_WORDS[i - 1]}@"* ]]; }; then
            words[count - 1]+=$word
        else
            words[count]=$word
            count=$((count + 1))
        fi
    done
    for ((i = 0; i < count; i++)); do
        word=${words[i]}
        case $word in
            [\"\']*) ((i == count - 1)) && quote=${word:0:1}; word=${word:1} ;;
            *) word=${word//\\/} ;;
        esac
        ((i < count - 1)) && word=${word%[\"\']}
        words[i]=$word
    done
    word=${words[count - 1]}
    case $word in *[:@]*) colons=${word%"${word##*[:@]}"} ;; esac
    # What was used last comes first.
    type compopt >/dev/null 2>&1 && compopt -o nosort 2>/dev/null
    while IFS= read -r line; do
        if [[ $line == :file ]]; then
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$word")
            type compopt >/dev/null 2>&1 && compopt -o filenames
            return
        fi
        value=${line%%$'\t'*}
        case $quote in
            \') [[ $value == *\'* ]] && continue ;;
            \") value=${value//\\/\\\\} value=${value//\"/\\\"}
                value=${value//\$/\\\$} value=${value//\`/\\\`} ;;
            *) printf -v value %q "$value" ;;
        esac
        COMPREPLY+=("${value#"$colons"}")
    done < <("${COMP_WORDS[0]}" __complete $((count - 1)) "${words[@]}" 2>/dev/null)
}
complete -F _clockify clockify
"""

ZSH = r"""#compdef clockify
# zsh completion for clockify
_clockify() {
    local line
    local -a before lines values shown
    before=("${(@Q)words[2,CURRENT-1]}")
    ((CURRENT > 2)) || before=()
    lines=("${(@f)$("${words[1]}" __complete $#before "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}")
    for line in "${lines[@]}"; do
        [[ -n $line ]] || continue
        if [[ $line == :file ]]; then
            _files
            return
        fi
        values+=("${line%%$'\t'*}")
        shown+=("${line/$'\t'/  -- }")
    done
    compadd -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -l -V clockify -d shown -a values
}
if [ "${funcstack[1]}" = "_clockify" ]; then
    _clockify "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _clockify clockify
fi
"""

FISH = r"""# fish completion for clockify
function __clockify_complete
    set -l before (commandline -opc)
    set -l typed (commandline -ct | string unescape)
    test (count $typed) -eq 0; and set typed ""
    set -l number (math (count $before) - 1)
    set -l found (command $before[1] __complete $number $before[2..-1] $typed 2>/dev/null)
    if test "$found[1]" = ":file"
        __fish_complete_path (commandline -ct)
    else
        # Fish takes a leading tilde for a home, quoted by itself or not.
        string match -v -- '~*' $found
    end
end
complete -c clockify -f -k -a '(__clockify_complete)'
"""

POWERSHELL = r"""# PowerShell completion for clockify
Register-ArgumentCompleter -Native -CommandName clockify -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or $wordToComplete -eq '' } |
        Select-Object -Skip 1 |
        ForEach-Object { if ($_.Value) { $_.Value } else { $_.Extent.Text } })
    $typed = $wordToComplete.Trim("'", '"')
    & $commandAst.CommandElements[0].Value __complete $words.Count @words $typed 2>$null |
        Where-Object { $_ -ne ':file' } |
        ForEach-Object {
            $value, $text = $_ -split "`t", 2
            if (-not $text) { $text = $value }
            $quoted = $value
            if ($value -notmatch '^[A-Za-z0-9_./=-]+$') {
                $quoted = "'" + $value.Replace("'", "''") + "'"
            }
            [System.Management.Automation.CompletionResult]::new(
                $quoted, $value, 'ParameterValue', $text)
        }
}
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH, "powershell": POWERSHELL}
FILES = {
    "bash": "clockify.bash",
    "zsh": "_clockify",
    "fish": "clockify.fish",
    "powershell": "clockify.ps1",
}
