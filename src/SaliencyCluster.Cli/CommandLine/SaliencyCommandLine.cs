using System.CommandLine;
using System.CommandLine.Parsing;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.CommandLine;

/// <summary>The command line as a function: arguments in, exit code out.</summary>
public static class SaliencyCommandLine
{
    /// <summary>Parses and runs; every failure becomes a coded message on <see cref="CliHost.Error"/> and an exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliHost host, CancellationToken cancellation = default)
    {
        host = host with { Arguments = arguments };
        var root = CommandCatalog.Root(host);
        // '@name' must stay a file name or a label: no response files.
        var parsed = CommandLineParser.Parse(root, arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        host = host with { Json = arguments.Contains(GlobalOptions.Json.Name) };
        try
        {
            UsageErrors.ThrowIfAny(parsed);
            var invocation = new InvocationConfiguration
            {
                Output = host.Out,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
                // StopSignals takes them.
                ProcessTerminationTimeout = null,
            };
            var stopTime = (parsed.CommandResult.Command as CliCommand)?.StopTime ?? TimeSpan.Zero;
            using var signals = new StopSignals(stopTime, host.Clock, cancellation);
            return await signals.RunAsync(stop => parsed.InvokeAsync(invocation, stop));
        }
        catch (SaliencyException error)
        {
            return ErrorPrinter.Print(host, error);
        }
        catch (GatewayException error)
        {
            return ErrorPrinter.Print(host, new SaliencyException(error.Code, error.What, error.Next, error));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unwritable(host, error);
        }
        catch (OperationCanceledException)
        {
            return ErrorPrinter.Print(host, new SaliencyException("SAL2590", "The command was stopped before it had finished.", "Run it again."));
        }
    }

    // A file or an output stream that the system refuses; where even the message cannot be written, the exit code says it.
    private static int Unwritable(CliHost host, Exception cause)
    {
        var error = new SaliencyException("SAL2520", $"A file or the output cannot be used: {cause.Message}", "Free some space, or check what standard output is connected to and what you may read and write.", cause);
        try
        {
            return ErrorPrinter.Print(host, error);
        }
        catch (IOException)
        {
            return ExitCode.Of(error.Code);
        }
    }
}
