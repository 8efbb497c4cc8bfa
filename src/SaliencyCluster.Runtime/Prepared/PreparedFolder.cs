using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Tiles.Operators;

namespace SaliencyCluster.Runtime.Prepared;

/// <summary>
/// Compiled graphs in ONNX Runtime's optimised form, kept on disk up to a number of bytes, those that were used last. Processes share the folder: an entry
/// is a folder that appears at once and complete, is never changed, and is checked whenever it is read. Whatever is wrong with it, the graph is compiled instead.
/// </summary>
internal sealed class PreparedFolder
{
    /// <summary>The largest graph that ONNX Runtime optimises for the folder. It makes several copies of one to save it: for ViT-B/16
    /// 6.4 GB of memory and more than a minute. A larger one is kept as it was compiled.</summary>
    internal const int MaxGraphBytes = 256 << 20;

    private const string Unfinished = ".making-";

    // Nobody takes longer to write one: what is older was left by a process that died.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly string _folder;
    private readonly int _maxGraphBytes;
    private readonly long _budget;
    private readonly DeviceOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly string _kind;
    private int _complaints;

    private PreparedFolder(string host, DeviceOptions options, TimeProvider clock, ILogger logger, int maxGraphBytes)
    {
        _maxGraphBytes = maxGraphBytes;
        (_folder, _budget) = (Path.GetFullPath(options.CacheFolder!), (long)options.CacheFolderMegabytes << 20);
        (_options, _clock, _logger) = (options, clock, logger);
        _kind = $"{Versions(options)}\n{host}";
    }

    /// <summary>Names what makes a graph of a model and runs it.</summary>
    public static string Versions(DeviceOptions options)
    {
        // The compiler, its rules and the settings of sessions are in these; a build of other source is another version.
        Type[] makers = [typeof(OnnxModel), typeof(ExplanationCompiler), typeof(PreparedFolder), typeof(PackedOperator)];
        var versions = makers.Select(t => t.Module.ModuleVersionId);
        return $"{options.ExecutionProvider}\n{OnnxRuntimeEngine.Version}\n{string.Join(' ', versions)}";
    }

    /// <summary>Opens the folder of a device; null where it has none. A GPU's provider has no form that can be kept.</summary>
    public static PreparedFolder? Of(DeviceOptions options, TimeProvider clock, ILogger logger, int maxGraphBytes = MaxGraphBytes) =>
        options.CacheFolder is { Length: > 0 } && options.Provider == ExecutionProvider.Cpu && HostKind.Name is { } host
            ? new(host, options, clock, logger, maxGraphBytes) : null;

    /// <summary>Gets a graph that was prepared before; null where there is none that is as it was written.</summary>
    public PreparedGraph? Find(GraphKey key, ExplanationSpec spec)
    {
        var folder = FolderOf(key);
        try
        {
            if (!File.Exists(Path.Combine(folder, PreparedEntry.FileName)))
            {
                // Entries appear complete: one without this file has lost it, and would be in the way of the next.
                Delete(folder);
                return null;
            }
            var found = PreparedEntry.Read(folder, TextOf(key), new(spec, key.ModelHash, default, [], [], "", false, 0));
            if (found is null) Remove(key);
            else File.SetLastWriteTimeUtc(Path.Combine(folder, PreparedEntry.FileName), _clock.GetUtcNow().UtcDateTime);
            return found;
        }
        catch (Exception error) when (IsGone(error))
        {
            // Another process made room meanwhile, or somebody has deleted a part of it.
            Delete(folder);
            return null;
        }
        catch (Exception error) when (PrivateFolder.IsFault(error))
        {
            Complain(error);
            return null;
        }
    }

    /// <summary>Lets ONNX Runtime optimise a graph and keeps the result; a large graph is kept as it was compiled.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="trial">Tries the graph before it is kept, and optimises it into the folder that is named; null does so here,
    /// untried.</param>
    /// <returns>Null where that is not possible, and the log says why, or a large graph alone is over the folder's budget.</returns>
    public PreparedGraph? Make(ExplanationGraph graph, GraphTrial? trial = null)
    {
        var isOptimized = graph.Model.Length <= _maxGraphBytes;
        if (!isOptimized && graph.Model.Length > _budget) return null;
        var key = new GraphKey(graph.ModelHash, graph.Spec.Key);
        var making = Path.Combine(_folder, Unfinished + Guid.NewGuid().ToString("N"));
        try
        {
            PrivateFolder.Create(making);
            if (!isOptimized) MappedWeights.Write(graph, making);
            if (trial is not null) trial(graph, making, isOptimized);
            else if (isOptimized) Optimize(graph, making);
            PreparedEntry.Write(making, TextOf(key), graph, isOptimized);
            try
            {
                Directory.Move(making, FolderOf(key));
            }
            catch (IOException) when (Directory.Exists(FolderOf(key)))
            {
                // Another process was faster; equal keys mean equal files.
            }
            Trim(FolderOf(key));
            return Find(key, graph.Spec);
        }
        catch (Exception error) when (PrivateFolder.IsFault(error) || error is OnnxRuntimeException)
        {
            Complain(error);
            return null;
        }
        finally
        {
            Delete(making);
        }
    }

    /// <summary>Lets a session save the graph that it has optimised.</summary>
    public static void SaveTo(string folder, SessionOptions settings)
    {
        // It warns that the result is for this kind of processor only, which the key says.
        settings.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        settings.OptimizedModelFilePath = Path.Combine(folder, PreparedEntry.Model);
        settings.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", PreparedEntry.Weights);
        settings.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "1024");
        settings.AddSessionConfigEntry("session.save_external_prepacked_constant_initializers", "1");
    }

    /// <summary>Removes an entry that is not fit to be used.</summary>
    public void Remove(GraphKey key)
    {
        _logger.PreparedGraphUnfit(key.ModelHash, _folder);
        Delete(FolderOf(key));
    }

    private void Optimize(ExplanationGraph graph, string folder)
    {
        using var settings = SessionSettings.Make(ExecutionProvider.Cpu, _options, precision: graph.Spec.Precision);
        SaveTo(folder, settings);
        _ = OnnxRuntimeEngine.Environment;
        using var session = new InferenceSession(graph.BytesToLoad(), settings);
    }

    // The least recently used first; the new one stays, however large it is.
    private void Trim(string newest)
    {
        var entries = new List<(string Path, DateTime Used, long Bytes)>();
        foreach (var folder in new DirectoryInfo(_folder).EnumerateDirectories())
        {
            if (folder.Name.StartsWith(Unfinished, StringComparison.Ordinal))
            {
                if (_clock.GetUtcNow().UtcDateTime - folder.LastWriteTimeUtc > Abandoned) Delete(folder.FullName);
                continue;
            }
            // Folders of others that somebody put here are not ours to delete.
            if (UseOf(folder) is { } use) entries.Add((folder.FullName, use.Used, use.Bytes));
        }
        var total = entries.Sum(e => e.Bytes);
        foreach (var old in entries.OrderBy(e => e.Used).Where(e => e.Path != newest))
        {
            if (total <= _budget) return;
            Delete(old.Path);
            total -= old.Bytes;
        }
    }

    private static (DateTime Used, long Bytes)? UseOf(DirectoryInfo folder)
    {
        try
        {
            var files = folder.GetFiles();
            return files.FirstOrDefault(f => f.Name == PreparedEntry.FileName) is { } entry ? (entry.LastWriteTimeUtc, files.Sum(f => f.Length)) : null;
        }
        catch (Exception error) when (IsGone(error))
        {
            return null; // Another process has made room meanwhile.
        }
    }

    private void Delete(string folder)
    {
        try
        {
            if (!Directory.Exists(folder)) return;
            // Under another name first, so that nobody finds half of it. What others have mapped stays theirs until they are done.
            var going = Path.Combine(_folder, Unfinished + Guid.NewGuid().ToString("N"));
            Directory.Move(folder, going);
            Directory.Delete(going, recursive: true);
        }
        catch (Exception error) when (PrivateFolder.IsFault(error))
        {
            if (Directory.Exists(folder)) Complain(error);
        }
    }

    private void Complain(Exception error)
    {
        if (Interlocked.Exchange(ref _complaints, 1) == 0) _logger.PreparedFolderUnusable(_folder, error.Message);
    }

    private string FolderOf(GraphKey key) => Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TextOf(key))))[..40]);

    private string TextOf(GraphKey key) => $"{key.ModelHash}\n{key.SpecKey}\n{_kind}";

    private static bool IsGone(Exception error) => error is FileNotFoundException or DirectoryNotFoundException;
}

/// <summary>Tries a graph before it is kept.</summary>
/// <param name="graph">The graph.</param>
/// <param name="folder">Where its files lie, or come to lie.</param>
/// <param name="optimize">Whether it is optimised into the folder; otherwise the folder has it as it was compiled.</param>
internal delegate void GraphTrial(ExplanationGraph graph, string folder, bool optimize);
