namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>Chooses where pods run on this machine.</summary>
internal static class PodHosts
{
    /// <summary>Network namespaces where they are permitted, else loopback addresses, and says so.</summary>
    public static IPodHost Make(ITestOutputHelper output)
    {
        if (NamespaceHost.Obstacle() is not { } obstacle) return new NamespaceHost();
        var told = $"Namespaces are not permitted here ({obstacle}): the pods run on loopback addresses, as the account of the tests.";
        output.WriteLine(told);
        return new LoopbackHost();
    }
}
