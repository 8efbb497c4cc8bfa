using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Gateway.Limits;

/// <summary>The most that one caller can ask for.</summary>
public sealed record GatewayLimits
{
    /// <summary>The largest piece of a model, image or map in one message: 1 MiB, fixed by the protocol.</summary>
    public const int PieceBytes = 1 << 20;

    /// <summary>Gets the largest model file in bytes.</summary>
    /// <value>From 1 to 2147483647. The default is a quarter of the memory that the process may use, from 64 to 512 MiB.</value>
    public long MaxModelBytes { get; init; } = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, 64L << 20, 512L << 20);

    /// <summary>Gets the most memory that evaluating a model at one image may take, by the shapes of its tensors.</summary>
    /// <value>From 1048576 to 1099511627776. The default is three quarters of the memory that the process may use.</value>
    public long MaxModelPeakBytes { get; init; } = ModelLimits.DefaultPeakBytes;

    /// <summary>Gets about how many operations evaluating a model at one image may take; of convolutions and products the multiply-adds.</summary>
    /// <value>From 1000000 to 1000000000000000. The default is 6000000000000, five minutes of a core.</value>
    public long MaxModelOperations { get; init; } = ModelLimits.DefaultOperations;

    /// <summary>Gets the largest image in bytes, as sent.</summary>
    /// <value>From 1 to 1073741824. The default is 16 MiB.</value>
    public long MaxImageBytes { get; init; } = 16L << 20;

    /// <summary>Gets the most images of one job.</summary>
    /// <value>From 1 to 10000000. The default is 1000000.</value>
    public int MaxImagesPerJob { get; init; } = 1_000_000;

    /// <summary>Gets the most methods that one job compares, its own among them.</summary>
    /// <value>From 1 to 1000. The default is 32.</value>
    public int MaxComparedMethods { get; init; } = 32;

    /// <summary>Gets the most models that one call compares, each of which becomes a job.</summary>
    /// <value>From 1 to 1000. The default is 16.</value>
    public int MaxComparedModels { get; init; } = 16;

    /// <summary>Gets the most bytes that the prepared images of one evaluation may take: they are held in memory while it runs.</summary>
    /// <value>From 1 to 17179869184. The default is 512 MiB.</value>
    public long MaxEvaluationBytes { get; init; } = 512L << 20;

    /// <summary>Gets the most calls a second of one key; twice as many may come at once. A gateway without keys knows no such limit.</summary>
    /// <value>From 1 to 1000000. The default is 500.</value>
    public int MaxCallsPerSecond { get; init; } = 500;

    /// <summary>Gets the most calls of one tenant that are open at once, streams and uploads among them.</summary>
    /// <value>From 1 to 1000000. The default is 1000.</value>
    public int MaxOpenCalls { get; init; } = 1000;

    /// <summary>Gets the most calls of all tenants that are open at once, streams and uploads among them.</summary>
    /// <value>From 1 to 10000000. The default is 10000.</value>
    public int MaxOpenCallsOfAll { get; init; } = 10_000;

    /// <summary>Gets the most bytes of what callers send that are in memory at once, until they are stored. With keys one tenant has half
    /// of it, or room for one call.</summary>
    /// <value>From 1048576 to 1099511627776. The default is a quarter of the memory that the process may use, and at least four times
    /// what one call may send.</value>
    public long? MaxCallBytes { get; init; }

    internal long CallBytes => MaxCallBytes ?? Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, 4 * MaxBodyBytes);

    /// <summary>Gets the largest message: beside the image itself it holds little.</summary>
    internal long MaxMessageBytes => MaxImageBytes + (1 << 20);

    /// <summary>Gets the largest body: base64 in REST adds a third.</summary>
    internal long MaxBodyBytes => 2 * MaxMessageBytes;

    internal ModelLimits Models => new(MaxModelPeakBytes, MaxModelOperations, "Saliency:Gateway:Limits");

    /// <summary>Gets the most uploaded models that are checked at once; each may need memory of several times its size.
    /// Others wait.</summary>
    /// <value>From 1 to 64. The default is 2.</value>
    public int MaxConcurrentUploads { get; init; } = 2;

    /// <summary>Gets the most bytes of models on their way, kept in the folder of temporary files. With keys one tenant has half of
    /// it, or room for one model.</summary>
    /// <value>From <see cref="MaxModelBytes"/> to 1099511627776. The default is twice <see cref="MaxModelBytes"/>.</value>
    public long? MaxSpooledBytes { get; init; }

    internal long SpooledBytes => MaxSpooledBytes ?? 2 * MaxModelBytes;

    /// <summary>Gets the most models that a tenant may keep, versions counted one by one.</summary>
    /// <value>From 1 to 100000. The default is 2000.</value>
    public int MaxModels { get; init; } = 2000;

    /// <summary>Gets the most points (evaluations of the network) of a call for whose answer somebody waits that go before batch work. A
    /// larger call is computed with batch work, in its tenant's share.</summary>
    /// <value>From 0 (none goes before) to 1000000000. The default is 20000: any method of one image with its defaults, also where
    /// it samples until a tolerance is met (RISE: at most 10000), and predictions of the most images that a call may have.</value>
    public long MaxLivePoints { get; init; } = 20_000;

    /// <summary>Gets how long a call of an inference protocol waits while no worker serves its pool.</summary>
    /// <value>From 0.01 seconds to 1 hour. The default is 60 seconds, in which a pool that is scaled to zero gets a worker.</value>
    public TimeSpan InferencePatience { get; init; } = TimeSpan.FromMinutes(1);
}
