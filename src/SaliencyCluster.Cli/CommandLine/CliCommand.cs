using System.CommandLine;

namespace SaliencyCluster.Cli.CommandLine;

/// <summary>
/// A command: one sealed class per file, its options as fields, one line in <see cref="CommandCatalog"/>. It throws
/// <see cref="Onnx.SaliencyException"/> on every failure; exit code and error text are made in one place.
/// </summary>
internal abstract class CliCommand : Command
{
    private readonly CliHost _host;

    protected CliCommand(string name, string description, CliHost host) : base(name, description)
    {
        _host = host;
        SetAction((arguments, cancellation) => RunAsync(arguments, _host with { Json = arguments.GetValue(GlobalOptions.Json) }, cancellation));
    }

    /// <summary>Gets how long the command may take to stop when it is told to; what it leaves undone then is lost.</summary>
    /// <value>The default is half a minute, far more than a command takes that heeds its token.</value>
    public virtual TimeSpan StopTime => TimeSpan.FromSeconds(30);

    /// <summary>Runs the command.</summary>
    /// <param name="arguments">The parsed options.</param>
    /// <param name="host">Where to print; knows whether <c>--json</c> was given.</param>
    /// <param name="cancellation">Cancelled by Ctrl+C and SIGTERM.</param>
    /// <returns>The exit code, one of <see cref="Errors.ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation);
}
