using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Cli.Output;

/// <summary>Prints what the layers below warn of on the error stream.</summary>
internal sealed class WarningPrinter(CliHost host) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && !host.Json;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) host.Error.WriteLine($"warning: {formatter(state, exception)}");
    }
}
