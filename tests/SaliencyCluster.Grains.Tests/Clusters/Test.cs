namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>Short words for the running test.</summary>
internal static class Test
{
    /// <summary>Gets the token that ends the test.</summary>
    public static CancellationToken Token => TestContext.Current.CancellationToken;
}
