using System.Runtime.CompilerServices;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>A cluster that moves refuses calls for a moment: for waits of these tests that is "not yet".</summary>
internal static class TransientErrors
{
    [ModuleInitializer]
    internal static void AreNotYet() => Eventually.IsNotYet = Calls.Retry.IsTransient;
}
