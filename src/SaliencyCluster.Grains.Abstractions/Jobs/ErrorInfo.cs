using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>An error that is stored with a job or an image.</summary>
/// <param name="Code">The stable code, such as <c>SAL1001</c>.</param>
/// <param name="What">What went wrong, where and why.</param>
/// <param name="Next">What the user can do next.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ErrorInfo")]
public sealed record ErrorInfo([property: Id(0)] string Code, [property: Id(1)] string What, [property: Id(2)] string Next)
{
    /// <summary>Takes the text of an exception; one without a code becomes SAL3099.</summary>
    public static ErrorInfo Of(Exception error) => error is SaliencyException known
        ? new(known.Code, known.What, known.Next)
        : new("SAL3099", $"{error.GetType().Name}: {error.Message}", "This is a fault of the cluster: its log has the whole stack. Retry the image.");

    /// <summary>Makes an exception of it.</summary>
    public SaliencyException ToException() => new(Code, What, Next);
}
