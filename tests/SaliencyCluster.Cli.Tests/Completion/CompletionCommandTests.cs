using System.Diagnostics;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Tests.Completion;

/// <summary>Shells complete what a user begins to type.</summary>
public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("saliency exp", "explain export")]
    [InlineData("./saliency jobs re", "reprioritize resume retry")]
    [InlineData("saliency explain --micro", "--micro-batch")]
    [InlineData("saliency explain --method grad-cam-p", "grad-cam-plus-plus")]
    [InlineData("saliency explain --method rise --relu ", "false true")]
    [InlineData("saliency explain --rule gauss", "gausslegendre")]
    [InlineData("saliency completion fi", "fish")]
    [InlineData("saliency explain --model ", "")]
    public async Task Bash_completes(string line, string expected)
    {
        var script = await Run.Of("completion", "bash");
        Assert.Equal((0, ""), (script.Exit, script.Error));
        var words = line.Split(' ');
        var bash = $$"""
            saliency() { dotnet '{{typeof(SaliencyCommandLine).Assembly.Location}}' "$@"; }
            {{script.Out}}
            COMP_WORDS=({{string.Join(' ', words.Select(w => $"'{w}'"))}}) COMP_CWORD={{words.Length - 1}}
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            complete -p saliency >/dev/null || exit 1
            _saliency saliency '{{words[^1]}}' '{{words[^2]}}'
            echo "${COMPREPLY[*]}"
            """;
        var (exit, completed, error) = await BashAsync(bash);
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(expected, string.Join(' ', completed.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("zsh", "compdef _saliency saliency")]
    [InlineData("fish", "complete -c saliency")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName saliency")]
    public async Task Other_shells_have_scripts_too(string shell, string registers)
    {
        var run = await Run.Of("completion", shell);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains(registers, run.Out, StringComparison.Ordinal);
        Assert.Contains($"saliency completion {shell} >", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_shell_is_refused()
    {
        var run = await Run.Of("completion", "csh");
        Assert.Equal((1, ""), (run.Exit, run.Out));
        Assert.Contains("error SAL2503: The shell is 'csh'.", run.Error, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Out, string Error)> BashAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", script])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, error) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (bash.ExitCode, await output, await error);
    }
}
