namespace SaliencyCluster.Gateway.Identity.Keys;

/// <summary>What a key may do. Each role may do all that the ones before it may.</summary>
public enum Role
{
    /// <summary>Models, explanations, jobs and evaluations of the key's own tenant.</summary>
    Submit = 1,

    /// <summary>Also the machines: devices and rates of the whole cluster, draining.</summary>
    Operate = 2,

    /// <summary>Also what spans tenants.</summary>
    Admin = 3,
}
