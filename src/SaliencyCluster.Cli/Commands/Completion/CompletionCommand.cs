using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Completion;

/// <summary><c>saliency completion</c>: a script by which a shell completes commands, options and their values.</summary>
internal sealed class CompletionCommand : CliCommand
{
    // Each asks the program itself, by the [suggest] directive of System.CommandLine, about the line up to the cursor. The name that the
    // program was called by is replaced by its own, which the directive wants to see.
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # saliency completion bash > ~/.local/share/bash-completion/completions/saliency
            _saliency() {
                local line="saliency${COMP_LINE:${#COMP_WORDS[0]}:$((COMP_POINT - ${#COMP_WORDS[0]}))}" word
                COMPREPLY=()
                while IFS= read -r word; do
                    [[ $word == "$2"* ]] && COMPREPLY+=("$word")
                done < <("$1" "[suggest:${#line}]" "$line" 2>/dev/null)
            }
            complete -o bashdefault -o default -F _saliency saliency
            """,
        ["zsh"] = """
            #compdef saliency
            # saliency completion zsh > "${fpath[1]}/_saliency"
            _saliency() {
                local line="saliency ${(j: :)words[2,CURRENT]}"
                local -a candidates=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
                candidates=(${candidates:#})
                (( $#candidates )) && compadd -a candidates || _files
            }
            [[ $funcstack[1] == _saliency ]] && _saliency || compdef _saliency saliency
            """,
        ["fish"] = """
            # saliency completion fish > ~/.config/fish/completions/saliency.fish
            function __saliency_complete
                set -l words (commandline -opc) (commandline -ct)
                set -l line (string join -- ' ' saliency $words[2..])
                command $words[1] "[suggest:"(string length -- $line)"]" $line 2>/dev/null
            end
            complete -c saliency -a '(__saliency_complete)'
            """,
        ["pwsh"] = """
            # saliency completion pwsh >> $PROFILE
            Register-ArgumentCompleter -Native -CommandName saliency -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                $program = $commandAst.CommandElements[0].Extent.Text
                $line = 'saliency' + $commandAst.Extent.Text.Substring($program.Length)
                if ($wordToComplete -eq '') { $line += ' ' }
                & $program "[suggest:$($line.Length)]" $line 2>$null | Where-Object { $_ -like "$wordToComplete*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }
            """,
    };

    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh, fish or pwsh." };

    public CompletionCommand(CliHost host) : base(
        "completion", "Print a script by which a shell completes commands, options and their values; its first line says where it goes.", host)
    {
        _shell.CompletionSources.Add([.. Scripts.Keys]);
        Add(_shell);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var shell = arguments.GetRequiredValue(_shell);
        host.Out.WriteLine(Scripts.TryGetValue(shell, out var script) ? script : throw new SaliencyException(
            "SAL2503", $"The shell is '{shell}'.", $"It must be one of {string.Join(", ", Scripts.Keys)}."));
        return Task.FromResult(ExitCode.Ok);
    }
}
