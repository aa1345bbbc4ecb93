# Lets PowerShell read every .ps1 file of a folder, and fails where one is no PowerShell: read_powershell.ps1 FOLDER
param([Parameter(Mandatory)] [string] $Folder)

$files = @(Get-ChildItem -Path $Folder -Filter *.ps1)
if ($files.Count -eq 0) { Write-Error "no files in $Folder"; exit 1 }
$wrong = 0
foreach ($file in $files) {
    $tokens = $null
    $faults = $null
    [void] [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref] $tokens, [ref] $faults)
    foreach ($fault in $faults) {
        Write-Output "$($file.Name):$($fault.Extent.StartLineNumber): $($fault.Message)"
        $wrong += 1
    }
}
Write-Output "PowerShell $($PSVersionTable.PSVersion): $($files.Count) files, $wrong faults"
if ($wrong -gt 0) { exit 1 }
