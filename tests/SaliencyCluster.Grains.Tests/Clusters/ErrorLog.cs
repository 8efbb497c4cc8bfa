using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>Collects errors that the servers log; a test that did not expect one fails on it.</summary>
internal sealed class ErrorLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _warnings = new();

    public IReadOnlyCollection<string> Errors => _errors;

    public IReadOnlyCollection<string> Warnings => _warnings;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _errors, _warnings);

    public void Dispose() { }

    private sealed class Logger(string category, ConcurrentQueue<string> errors, ConcurrentQueue<string> warnings) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) (logLevel == LogLevel.Warning ? warnings : errors).Enqueue($"{category}: {formatter(state, exception)} {exception}");
        }
    }
}
