# fish completion for clockify
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
