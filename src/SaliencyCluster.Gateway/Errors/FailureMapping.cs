using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Errors;

/// <summary>Writes why something failed, for the wire.</summary>
internal static class FailureMapping
{
    public static Failure? Write(ErrorInfo? error) => error is null ? null : new() { Code = error.Code, What = error.What, Next = error.Next };
}
