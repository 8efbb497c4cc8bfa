namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>Where a job stands.</summary>
public enum JobState
{
    /// <summary>Stored; no image has been started.</summary>
    Queued = 0,

    /// <summary>Images are being explained, or wait for a worker.</summary>
    Running = 1,

    /// <summary>A user paused it; images that had been started are finished.</summary>
    Paused = 2,

    /// <summary>Every image has an outcome and at least one has a map; <see cref="JobStatus.Failed"/> counts the others.</summary>
    Completed = 3,

    /// <summary>No image could be explained.</summary>
    Failed = 4,

    /// <summary>A user cancelled it; the maps made before are kept.</summary>
    Cancelled = 5,
}
