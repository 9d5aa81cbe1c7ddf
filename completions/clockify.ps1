# PowerShell completion for clockify
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
