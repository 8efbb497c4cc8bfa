using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary>The images that can be sent to a cluster.</summary>
internal static class ClusterImages
{
    /// <summary>Takes out and reports what cannot be read: one bad file must not refuse a job.</summary>
    /// <exception cref="SaliencyException">SAL2506: arrays of pixels for models that prepare them differently. SAL2507: a box in a
    /// picture that
    /// is sent prepared.</exception>
    public static IReadOnlyList<InputImage> Readable(
        IReadOnlyList<InputImage> images, IReadOnlyList<ModelInput> models, IReadOnlyList<ExplanationRequest> requests,
            ExplainReport report)
    {
        if (requests.Any(r => r.Box is not null) && images.FirstOrDefault(i => i.IsSentPrepared) is { } picture)
            throw new SaliencyException(
                "SAL2507", $"'{picture.Path}' would be sent prepared, since the model is registered with another preprocessing, and then "
                    + "the cluster does not know where a box of the picture lies.",
                "Register the model with this preprocessing, leave the options of pictures out, or give --local.");
        if (images.FirstOrDefault(i => i.Kind == InputKind.Pixels || i.IsSentPrepared) is { } pixels
            && models.Any(m => !m.ReadsAs(models[0])))
            throw new SaliencyException("SAL2506", $"'{pixels.Path}' holds pixels, and the models prepare pixels differently.", "Explain the models one after another, or give pictures.");
        var readable = new List<InputImage>();
        foreach (var image in images)
        {
            if (ProblemOf(image) is { } problem) report.Failed(image.Name, problem);
            else readable.Add(image);
        }
        return readable;
    }

    // What is prepared here would end the sending half-way; the cluster says itself what it cannot read.
    private static SaliencyException? ProblemOf(InputImage image)
    {
        if (image.Problem is not null || !image.IsSentPrepared) return image.Problem;
        try
        {
            image.Prepare();
            return null;
        }
        catch (SaliencyException problem)
        {
            return problem;
        }
    }
}
