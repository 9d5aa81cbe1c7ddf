# bash completion for clockify
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
