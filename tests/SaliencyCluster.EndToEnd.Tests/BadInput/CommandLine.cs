using SaliencyCluster.Cli;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.EndToEnd.Tests.BadInput;

/// <summary>One call of the command line inside the test process.</summary>
internal sealed record CommandLine(int Exit, string Out, string Error)
{
    public static async Task<CommandLine> RunAsync(Uri? endpoint, Action<string, byte[]>? writeFile, params string[] arguments)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var host = new CliHost(output, error, TimeProvider.System);
        if (writeFile is not null) host = host with { WriteFile = writeFile };
        string[] all = endpoint is null ? arguments : [.. arguments, "--endpoint", endpoint.OriginalString];
        var exit = await SaliencyCommandLine.RunAsync(all, host, TestContext.Current.CancellationToken);
        return new(exit, output.ToString(), error.ToString());
    }
}
