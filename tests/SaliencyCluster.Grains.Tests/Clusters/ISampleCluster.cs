using SaliencyCluster.Grains.Abstractions.Blobs;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>A cluster that tests put models and jobs into, in one process or in several.</summary>
internal interface ISampleCluster
{
    /// <summary>Gets grains as a gateway does.</summary>
    IGrainFactory Grains { get; }

    IBlobStore Blobs { get; }
}
