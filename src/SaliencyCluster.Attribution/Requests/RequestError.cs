using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Code">Stable code, SAL20xx.</param>
/// <param name="Field">The option that it is about, as on the command line without dashes.</param>
/// <param name="What">What is wrong and why.</param>
/// <param name="Next">What to do next.</param>
public sealed record RequestError(string Code, string Field, string What, string Next);

/// <summary>A request that was refused, with everything that is wrong with it.</summary>
/// <remarks>The code is that of the first error.</remarks>
public sealed class RequestException(IReadOnlyList<RequestError> errors) : SaliencyException(
    errors[0].Code,
    errors.Count == 1 ? errors[0].What : $"{errors.Count} things are wrong with the request. {string.Join(" ", errors.Select((e, i) => $"({i + 1}) {e.What} {e.Next}"))}",
    errors.Count == 1 ? errors[0].Next : "")
{
    /// <summary>Gets everything that is wrong, at least one.</summary>
    public IReadOnlyList<RequestError> Errors { get; } = errors;
}
