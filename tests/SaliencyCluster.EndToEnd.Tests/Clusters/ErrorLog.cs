using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SaliencyCluster.EndToEnd.Tests.Clusters;

/// <summary>Keeps what a process logs as error, so that a test can fail on what it did not expect.</summary>
internal sealed class ErrorLog : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Gets what was logged as a warning.</summary>
    public ConcurrentQueue<string> Warnings { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ErrorLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) (logLevel == LogLevel.Warning ? log.Warnings
                : log.Lines).Enqueue($"{category}: {formatter(state, exception)} {exception}");
        }
    }
}
