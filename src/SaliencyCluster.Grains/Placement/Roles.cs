namespace SaliencyCluster.Grains.Placement;

/// <summary>What a process of the cluster does; several are joined by <c>+</c>.</summary>
public static class Roles
{
    /// <summary>Holds jobs, queues and aggregators, and talks to clients.</summary>
    public const string Gateway = "gateway";

    /// <summary>Computes.</summary>
    public const string Worker = "worker";

    /// <summary>Both in one process.</summary>
    public const string Both = Gateway + "+" + Worker;

    /// <summary>Says whether a list of roles has one.</summary>
    public static bool Has(string roles, string role) => roles.Split('+').Contains(role);
}
