using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Tests;

/// <summary>One call of the command line inside the test process.</summary>
/// <param name="Exit">The exit code.</param>
/// <param name="Out">What it printed as result.</param>
/// <param name="Error">What it printed as error and progress.</param>
internal sealed record Run(int Exit, string Out, string Error)
{
    public static Task<Run> Of(params string[] arguments) => With(TimeProvider.System, arguments);

    public static async Task<Run> With(TimeProvider clock, params string[] arguments)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var exit = await SaliencyCommandLine.RunAsync(arguments, new CliHost(output, error, clock), TestContext.Current.CancellationToken);
        return new(exit, output.ToString(), error.ToString());
    }
}
