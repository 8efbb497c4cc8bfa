using System.Text.Json;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Prepared;

namespace SaliencyCluster.Runtime.Served;

/// <summary>A graph that a device has served.</summary>
/// <param name="Model">The model's hash.</param>
/// <param name="Spec">What the graph computes.</param>
public sealed record ServedGraph(string Model, ExplanationSpec Spec);

/// <summary>
/// Remembers, beyond the end of the process, which graphs it served last, so that the next one opens them before anybody asks. The list is
/// shared by the processes of a cache folder; whoever writes last adds its own to what it finds. Thread-safe.
/// </summary>
public sealed partial class ServedGraphs
{
    /// <summary>How many are remembered.</summary>
    public const int Kept = 8;

    private const string FileName = "served.json";
    private const int MaxBytes = 1 << 18;
    private const int Noted = 1000;
    private const int HashLength = 64;

    // Of another build: its graphs are others.
    private static readonly string Build = typeof(ExplanationCompiler).Module.ModuleVersionId.ToString("N");

    private readonly string? _folder;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly HashSet<(string, string)> _noted = [];
    private bool _isUnusable;

    /// <summary>Makes it.</summary>
    /// <param name="folder">Where the list is kept; null keeps none.</param>
    /// <param name="logger">Where it is told that it cannot be kept.</param>
    public ServedGraphs(string? folder, ILogger logger) => (_folder, _logger) = (folder, logger);

    /// <summary>Gets the list, those served last first; empty where there is none that can be used.</summary>
    public IReadOnlyList<ServedGraph> Read()
    {
        lock (_gate) return [.. Load()];
    }

    /// <summary>Takes note that a graph was served; the first of it in this process puts it in front.</summary>
    /// <param name="model">The model's hash.</param>
    /// <param name="spec">What the graph computes.</param>
    public void Note(string model, ExplanationSpec spec)
    {
        if (_folder is null) return;
        lock (_gate)
        {
            // Those that were forgotten are put in front again, which is what they are.
            if (_noted.Count == Noted) _noted.Clear();
            if (_isUnusable || !_noted.Add((model, spec.Key))) return;
            // Points made on a device belong to one method of one round; only what any request of the model may use again is worth opening.
            if (spec.Points is null) Save([new(model, spec), .. Load().Where(s => s.Model != model || s.Spec.Key != spec.Key)]);
        }
    }

    /// <summary>
    /// Removes a graph from the list: before it is opened, so that a process that does not survive that does not try again.
    /// </summary>
    /// <param name="graph">The graph.</param>
    public void Forget(ServedGraph graph)
    {
        lock (_gate)
        {
            _noted.Remove((graph.Model, graph.Spec.Key));
            if (!_isUnusable) Save([.. Load().Where(s => s.Model != graph.Model || s.Spec.Key != graph.Spec.Key)]);
        }
    }

    /// <summary>Puts a graph behind all others: it was opened and may be opened again, and nobody has used it yet.</summary>
    /// <param name="graph">The graph.</param>
    public void Keep(ServedGraph graph)
    {
        lock (_gate)
        {
            if (_isUnusable || Load() is var known && known.Any(s => s.Model == graph.Model && s.Spec.Key == graph.Spec.Key)) return;
            Save([.. known, graph]);
        }
    }

    private List<ServedGraph> Load()
    {
        if (_folder is null) return [];
        var file = Path.Combine(_folder, FileName);
        try
        {
            if (!File.Exists(file) || new FileInfo(file).Length > MaxBytes) return [];
            var list = JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(file));
            return list is not { Graphs: not null } || list.Build != Build ? [] : [.. list.Graphs.Where(IsWhole).Take(Kept).Select(g => new ServedGraph(g.Model, g.Spec))];
        }
        catch (Exception)
        {
            // Whatever is wrong with it, damaged or just replaced: nothing is opened, and the next note writes it anew.
            return [];
        }
    }

    // A name of a model may become one of a file, and the spec must be the one that was written.
    private static bool IsWhole(StoredGraph g) =>
        g is { Model.Length: HashLength, Spec.ImageShape: not null } && g.Model.All(char.IsAsciiHexDigitLower) && g.Spec.Key == g.Key;

    private void Save(IEnumerable<ServedGraph> graphs)
    {
        if (_folder is null) return;
        var making = Path.Combine(_folder, $".{FileName}-{Guid.NewGuid():n}");
        try
        {
            PrivateFolder.Create(_folder);
            Stored list = new(Build, [.. graphs.Take(Kept).Select(g => new StoredGraph(g.Model, g.Spec.Key, g.Spec))]);
            File.WriteAllBytes(making, JsonSerializer.SerializeToUtf8Bytes(list));
            File.Move(making, Path.Combine(_folder, FileName), overwrite: true);
        }
        catch (Exception error) when (PrivateFolder.IsFault(error))
        {
            _isUnusable = true;
            ListNotKept(_logger, _folder, error);
            TryDelete(making);
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (PrivateFolder.IsFault(error))
        {
            // The folder is unusable, which the log says.
        }
    }

    [LoggerMessage(
        EventId = 4022, Level = LogLevel.Warning, Message =
            "Which models are served cannot be kept in {Folder}; after a restart the first map of each is slower")]
    private static partial void ListNotKept(ILogger logger, string folder, Exception cause);

    private sealed record Stored(string Build, IReadOnlyList<StoredGraph> Graphs);

    private sealed record StoredGraph(string Model, string Key, ExplanationSpec Spec);
}
