using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace SaliencyCluster.Runtime.Engine;

/// <summary>ONNX Runtime's one environment per process: warnings go to our log, telemetry is off.</summary>
public static class OnnxRuntimeEngine
{
    private static readonly Lock Gate = new();

    // Kept for the life of the process: native code calls it.
    private static readonly DOrtLoggingFunction Forward = Log;

    private static volatile ILogger _logger = NullLogger.Instance;
    private static OrtEnv? _environment;

    // ONNX Runtime calls back on the thread that called it.
    [ThreadStatic]
    private static Hearing? _hearing;

    /// <summary>Gets the environment, starting it at the first use.</summary>
    internal static OrtEnv Environment
    {
        get
        {
            lock (Gate) return _environment ??= Start();
        }
    }

    /// <summary>Sends what ONNX Runtime says from now on to <paramref name="logger"/>.</summary>
    public static void LogTo(ILogger logger) => _logger = logger;

    /// <summary>Begins to load the native library on another thread, for whoever has something else to do before it is needed.</summary>
    /// <remarks>A failure is met again, and told, by the <see cref="Devices.Device"/> that needs it.</remarks>
    public static void Preload() => ThreadPool.QueueUserWorkItem(_ =>
    {
        try
        {
            _ = Environment;
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException or OnnxRuntimeException or EntryPointNotFoundException)
        {
            _logger.OnnxRuntimeSaid(LogLevel.Debug, failure.Message, nameof(Preload));
        }
    });

    /// <summary>Gets the version of the native library.</summary>
    public static string Version => Environment.GetVersionString();

    /// <summary>Collects what ONNX Runtime says on this thread, until the result is disposed; it goes to the log all the same.</summary>
    internal static Hearing Hear() => _hearing = new();

    private static OrtEnv Start()
    {
        var options = new EnvironmentCreationOptions
        {
            logId = "SaliencyCluster",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
            loggingFunction = Forward,
        };
        var environment = OrtEnv.CreateInstanceWithOptions(ref options);
        environment.DisableTelemetryEvents();
        return environment;
    }

    private static void Log(IntPtr parameter, OrtLoggingLevel severity, string category, string logId, string location, string message)
    {
        _hearing?.Lines.Add(message);
        _logger.OnnxRuntimeSaid(Level(severity), message, location);
    }

    private static LogLevel Level(OrtLoggingLevel severity) => severity switch
    {
        OrtLoggingLevel.ORT_LOGGING_LEVEL_VERBOSE or OrtLoggingLevel.ORT_LOGGING_LEVEL_INFO => LogLevel.Debug,
        OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING => LogLevel.Warning,
        // A failed run is thrown to its caller too, who knows whether it matters.
        _ => LogLevel.Warning,
    };

    /// <summary>What was said since it was made.</summary>
    internal sealed class Hearing : IDisposable
    {
        public List<string> Lines { get; } = [];

        public void Dispose() => _hearing = null;
    }
}
