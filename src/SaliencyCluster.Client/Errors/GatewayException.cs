using Grpc.Core;

namespace SaliencyCluster.Client.Errors;

/// <summary>A call that the gateway refused, that failed on the way, or that found no gateway.</summary>
/// <remarks>Codes are those of docs/errors.md: SAL1xxx model, SAL2xxx request, SAL3xxx job, SAL4xxx worker, SAL9xxx deployment.</remarks>
public sealed class GatewayException : Exception
{
    internal GatewayException(string code, string what, string next, StatusCode status, Exception cause) : base($"{code}: {what} {next}".TrimEnd(), cause)
    {
        (Code, What, Next, Status) = (code, what, next, status);
    }

    /// <summary>Gets the stable code, such as <c>SAL2003</c>; <c>SAL2580</c> when no gateway answers.</summary>
    public string Code { get; }

    /// <summary>Gets what went wrong, where and why.</summary>
    public string What { get; }

    /// <summary>Gets what can be done next.</summary>
    public string Next { get; }

    /// <summary>Gets the gRPC status.</summary>
    public StatusCode Status { get; }

    /// <summary>Gets every field of the request that is wrong, with the reason; empty where the gateway named none.</summary>
    public IReadOnlyList<FieldError> Fields { get; internal init; } = [];

    /// <summary>Gets how long to wait before the same call may succeed, where the gateway said so.</summary>
    public TimeSpan? RetryAfter { get; internal init; }
}

/// <summary>One wrong field of a request.</summary>
/// <param name="Field">Its path in the message, such as <c>options.samples</c>.</param>
/// <param name="Description">What is wrong with it.</param>
public sealed record FieldError(string Field, string Description);
