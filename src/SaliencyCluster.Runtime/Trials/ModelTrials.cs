using Microsoft.Extensions.Logging;
using SaliencyCluster.Runtime.Errors;
using SaliencyCluster.Runtime.Prepared;

namespace SaliencyCluster.Runtime.Trials;

/// <summary>
/// Remembers, beyond the end of the process, which models it was running for the first time when it died. A model that ended several
/// processes is not run again: a worker that is restarted would die of it for ever, and with it what others had there.
/// </summary>
/// <remarks>
/// A trial is a file that is locked while its process lives; the operating system gives the lock free, however the process ends. So a
/// file without a lock tells of a death. A run that ends in an error is none, and one that succeeds forgets those before. Thread-safe.
/// </remarks>
public sealed partial class ModelTrials
{
    /// <summary>How many processes a model may end.</summary>
    public const int MaxDeaths = 3;

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);
    private readonly string? _folder;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly HashSet<string> _proven = new(StringComparer.Ordinal);
    private bool _isUnusable;

    /// <summary>Makes it.</summary>
    /// <param name="folder">Where trials are kept; null keeps none.</param>
    /// <param name="clock">Tells how old they are.</param>
    /// <param name="logger">Where it is told that they cannot be kept; models run all the same.</param>
    public ModelTrials(string? folder, TimeProvider clock, ILogger logger) =>
        (_folder, _clock, _logger) = (folder is null ? null : Path.Combine(folder, "trials"), clock, logger);

    /// <summary>Begins to run a model, until the result is disposed.</summary>
    /// <param name="model">The model's hash.</param>
    /// <exception cref="Onnx.SaliencyException">SAL4021: it ended as many processes as it may.</exception>
    public Trial Begin(string model)
    {
        if (_folder is null) return default;
        lock (_gate)
        {
            if (_isUnusable || _proven.Contains(model)) return default;
            if (!_running.TryGetValue(model, out var running))
            {
                if (Open(_folder, model) is not { } file) return default;
                _running[model] = running = new(file);
            }
            running.Users++;
            return new Trial(this, model);
        }
    }

    private FileStream? Open(string folder, string model)
    {
        try
        {
            PrivateFolder.Create(folder);
            var deaths = Deaths(model).Count;
            if (deaths >= MaxDeaths) throw RuntimeErrors.Quarantined(model, deaths, folder);
            return new(Path.Combine(folder, $"{model}.{Guid.NewGuid():n}"), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (Exception error) when (PrivateFolder.IsFault(error))
        {
            // Told once: neither is it asked again for every lease.
            _isUnusable = true;
            TrialNotKept(_logger, folder, error);
            return null;
        }
    }

    // Whether it is locked says whether its process lives. What is old tells nothing of the model as it is run today.
    private List<string> Deaths(string model)
    {
        var deaths = new List<string>();
        foreach (var file in Directory.EnumerateFiles(_folder!, $"{model}.*"))
        {
            try
            {
                using (new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.None)) { }
                if (_clock.GetUtcNow() - File.GetLastWriteTimeUtc(file) < Remembered) deaths.Add(file);
                else File.Delete(file);
            }
            catch (Exception error) when (PrivateFolder.IsFault(error))
            {
                // It lives, or it has just ended its trial.
            }
        }
        return deaths;
    }

    private void Pass(string model)
    {
        lock (_gate)
        {
            if (_proven.Add(model)) Deaths(model).ForEach(Delete);
        }
    }

    private void End(string model)
    {
        lock (_gate)
        {
            if (!_running.TryGetValue(model, out var running) || --running.Users > 0) return;
            _running.Remove(model);
            Delete(running.File.Name);
            running.File.Dispose();
        }
    }

    private void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (PrivateFolder.IsFault(error))
        {
            TrialNotKept(_logger, file, error);
        }
    }

    [LoggerMessage(
        EventId = 4021, Level = LogLevel.Warning, Message = "Whether models end their process cannot be kept in {Place}; one that does may do so again after a restart")]
    private static partial void TrialNotKept(ILogger logger, string place, Exception cause);

    private sealed class Running(FileStream file)
    {
        public FileStream File { get; } = file;

        public int Users { get; set; }
    }

    /// <summary>A run of a model of which nobody knows yet whether its process survives it.</summary>
    public readonly struct Trial : IDisposable
    {
        private readonly ModelTrials? _trials;
        private readonly string _model;

        internal Trial(ModelTrials trials, string model) => (_trials, _model) = (trials, model);

        /// <summary>Tells that the process survived: later runs of the model are no trials.</summary>
        public void Pass() => _trials?.Pass(_model);

        /// <inheritdoc/>
        public void Dispose() => _trials?.End(_model);
    }
}
