# SPDX-License-Identifier: Apache-2.0
<#
.SYNOPSIS
Encrypts the credential of a linked-service definition by keyseat.exe.

.DESCRIPTION
Takes the parameters of New-AzDataFactoryV2LinkedServiceEncryptedCredential, so that a script changes one word:

    . .\Protect-LinkedService.ps1
    Protect-LinkedService -DataFactoryName df -ResourceGroupName rg -IntegrationRuntimeName ir `
        -DefinitionFile .\SqlServer.json > encryptedSqlServer.json

The definition is encrypted on this machine, by the protectors that Keyseat's configuration selects or that -Protector names.
Nothing is sent anywhere; resource group and data factory are taken and not used. The redirection of PowerShell changes
encoding and line ends, which Keyseat reads all the same; -OutputFile writes the bytes as they are.

For Windows PowerShell 5.1 and PowerShell 7. No test of the project runs this file: it is kept short enough to be reviewed by
reading.
#>
function Protect-LinkedService {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)][Alias('File')][string] $DefinitionFile,
        [string] $IntegrationRuntimeName,
        [string] $Name,
        [string] $ResourceGroupName,
        [string] $DataFactoryName,
        [object] $DataFactory,
        [switch] $Force,
        [switch] $WhatIf,
        [string[]] $Protector,
        [string] $OutputFile,
        [string] $Keyseat = 'keyseat.exe'
    )

    # A process has a working folder of its own, which is not the one of PowerShell.
    $paths = $ExecutionContext.SessionState.Path
    $arguments = @('encrypt', $paths.GetUnresolvedProviderPathFromPSPath($DefinitionFile))
    if ($IntegrationRuntimeName) { $arguments += "--expect-runtime=$IntegrationRuntimeName" }
    if ($Name) { $arguments += "--expect-name=$Name" }
    if ($Force) { $arguments += '--force' }
    foreach ($one in $Protector) { $arguments += "--protector=$one" }

    # A warning on standard error, which some hosts make an error of, is none.
    $ErrorActionPreference = 'Continue'
    if ($WhatIf) {
        & $Keyseat @arguments '--what-if'
        if ($LASTEXITCODE -ne 0) { throw "keyseat ended with exit code $LASTEXITCODE; its message says why" }
        return
    }

    # By way of a file: what a program writes to PowerShell is decoded by a setting that not every host lets one change.
    $file = if ($OutputFile) { $paths.GetUnresolvedProviderPathFromPSPath($OutputFile) }
            else { Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName()) }
    try {
        & $Keyseat @arguments "--output=$file"
        if ($LASTEXITCODE -ne 0) { throw "keyseat ended with exit code $LASTEXITCODE; its message says why" }
        if (-not $OutputFile) { [IO.File]::ReadAllText($file) }
    }
    finally {
        if (-not $OutputFile) { Remove-Item -LiteralPath $file -Force -ErrorAction Ignore }
    }
}
