namespace SaliencyCluster.Runtime;

/// <summary>One device of a worker: the processor with its lanes, or one GPU.</summary>
public sealed record DeviceOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Saliency:Device";

    internal static readonly IReadOnlyDictionary<string, ExecutionProvider> Providers = new Dictionary<string, ExecutionProvider>(StringComparer.OrdinalIgnoreCase)
    {
        ["cpu"] = Runtime.ExecutionProvider.Cpu,
        ["cuda"] = Runtime.ExecutionProvider.Cuda,
        ["tensorrt"] = Runtime.ExecutionProvider.TensorRt,
    };

    /// <summary>Gets what evaluates the network.</summary>
    /// <value><c>cpu</c>, <c>cuda</c> or <c>tensorrt</c>. The default is <c>cpu</c>.</value>
    public string ExecutionProvider { get; init; } = "cpu";

    /// <summary>Gets the number of the GPU; not used by <c>cpu</c>.</summary>
    /// <value>From 0 to 63. The default is 0.</value>
    public int DeviceId { get; init; }

    /// <summary>Gets how many micro-batches are evaluated at the same time, each on a thread of its own.</summary>
    /// <value>From 1 to 256. The default is one per processor for <c>cpu</c>, and 1 for a GPU.</value>
    public int? Lanes { get; init; }

    /// <summary>Gets how many megabytes loaded models may take together, weights and working memory.</summary>
    /// <value>From 16 to 16,777,216. The default is half of the memory that the process may use.</value>
    public int? MemoryBudgetMegabytes { get; init; }

    /// <summary>Gets how many megabytes of compiled graphs are kept, so that a model that was unloaded is loaded again quickly.</summary>
    /// <value>From 0 to 1,048,576. The default is 256.</value>
    public int GraphCacheMegabytes { get; init; } = 256;

    /// <summary>Gets the folder in which compiled graphs are kept as ONNX Runtime has optimised them, for the next process and for others beside this one.
    /// Whoever can write to it decides what is computed. Not used by GPUs.</summary>
    /// <value>A folder that this process may write to. The default is none: nothing is kept.</value>
    public string? CacheFolder { get; init; }

    /// <summary>Gets how many megabytes that folder may hold; those that were used last stay.</summary>
    /// <value>From 16 to 16,777,216. The default is 4096.</value>
    public int CacheFolderMegabytes { get; init; } = 4096;

    /// <summary>Gets how many pieces of work may wait for a lane; more wait at their caller.</summary>
    /// <value>From 1 to 65,536. The default is 64.</value>
    public int QueueLength { get; init; } = 64;

    /// <summary>Gets whether graphs make their points on the device and add maps there, where the method allows it: an image crosses
    /// once, a point costs a few numbers.</summary>
    /// <value>The default is true for a GPU and false for <c>cpu</c>, whose memory is the host's.</value>
    public bool? PointsOnDevice { get; init; }

    /// <summary>Gets after which time one evaluation of a micro-batch is given up as hung.</summary>
    /// <value>From 1 second to 1 day. The default is 5 minutes.</value>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets whether a graph that nobody has run yet is first loaded and run in a process of its own. Not done for GPUs, nor by
    /// programs that do not know how to.</summary>
    /// <value>The default is true.</value>
    public bool Trials { get; init; } = true;

    /// <summary>Gets after which time such a process is ended.</summary>
    /// <value>From 1 second to 1 day. The default is <see cref="RunTimeout"/>.</value>
    public TimeSpan? TrialTimeout { get; init; }

    /// <summary>Gets with how many megabytes of memory, beside those of the runtime, such a process is ended.</summary>
    /// <value>From 16 to 16,777,216. The default is what loaded models may take together.</value>
    public int? TrialMemoryMegabytes { get; init; }

    internal long TrialBytes => TrialMemoryMegabytes is { } megabytes ? (long)megabytes << 20 : MemoryBudgetBytes;

    internal ExecutionProvider Provider => Providers[ExecutionProvider];

    internal bool MakesPoints => PointsOnDevice ?? Provider != Runtime.ExecutionProvider.Cpu;

    internal int EffectiveLanes => Lanes ?? (Provider == Runtime.ExecutionProvider.Cpu ? Environment.ProcessorCount : 1);

    internal long MemoryBudgetBytes => MemoryBudgetMegabytes is { } megabytes ? (long)megabytes << 20 : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    internal string DeviceName => Provider == Runtime.ExecutionProvider.Cpu ? "cpu" : $"{Text(Provider)}:{DeviceId}";

    internal static string Text(ExecutionProvider provider) => Providers.First(pair => pair.Value == provider).Key;
}
