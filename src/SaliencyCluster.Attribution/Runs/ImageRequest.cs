using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Makes a request that was resolved for a model definite for one image, where the model leaves the image's size free.</summary>
internal static class ImageRequest
{
    /// <summary>Fills in what depends on the image's size; a model of a fixed size has all of it already.</summary>
    /// <exception cref="RequestException">SAL20xx: an option does not fit this image, such as a window that is larger, or the image is too large for what is asked.</exception>
    public static ResolvedRequest Of(ResolvedRequest request, int[] imageShape)
    {
        if (request.Perturbation is not null || request.Model.ImageShape.All(d => d > 0)) return request;
        var method = MethodFactory.Create(request.Options);
        var model = request.Model with { ImageShape = [.. imageShape.Select(d => (long)d)] };
        var asked = method.Complete(request.Options, imageShape);
        RequestError[] errors = [.. method.Check(asked, model)];
        if (errors.Length > 0) throw new RequestException(errors);
        RequestResolver.CheckImage(request with { Options = asked }, imageShape);
        return RequestResolver.Size(
            asked, model, request.Labels, request.Bounds ?? RequestBounds.Default, (int)method.PlannedPoints(asked, model, imageShape),
                (int)method.FirstRoundPoints(asked, model, imageShape)) with { Head = request.Head };
    }
}
