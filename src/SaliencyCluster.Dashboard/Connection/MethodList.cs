using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Connection;

/// <summary>The attribution methods; they are those of the gateway's version, so they are read once.</summary>
public sealed class MethodList(ClusterConnection connection)
{
    private IReadOnlyList<Method>? _methods;

    /// <summary>Gets the methods.</summary>
    public async Task<IReadOnlyList<Method>> ReadAsync(CancellationToken cancellation = default) =>
        _methods ??= await connection.Client.ListMethodsAsync(cancellation);
}
