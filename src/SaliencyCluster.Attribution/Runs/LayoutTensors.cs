using SaliencyCluster.Attribution.Methods.Predictions;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Images and maps between a model's own layout and channels first.</summary>
public static class LayoutTensors
{
    /// <summary>Turns an image in the model's own layout into one with channels first.</summary>
    public static Tensor ToChannelsFirst(this Tensor tensor, ImageLayout layout) =>
        layout == ImageLayout.ChannelsLast && tensor.Shape is [var h, var w, var c] ? Transposed(tensor, h * w, c, [c, h, w]) : tensor;

    /// <summary>Turns an image or a map of an image's shape with channels first into the model's own layout.</summary>
    public static Tensor ToOwn(this Tensor tensor, ImageLayout layout) =>
        layout == ImageLayout.ChannelsLast && tensor.Shape is [var c, var h, var w] ? Transposed(tensor, c, h * w, [h, w, c]) : tensor;

    /// <summary>Gets the layout in which users get a map: the model's for one of the image's shape; coarse maps and those of one plane or a layer stay as they are.</summary>
    internal static ImageLayout OfMap(ResolvedRequest request, Tensor map, int[] imageShape)
    {
        var isOfLayer = request.Options.Layer is not null && request.Perturbation is null && !Methods.MethodFactory.Create(request.Options).Description.NeedsLayer;
        // An output is in the model's own layout already.
        return !isOfLayer && request.Options.Method != Prediction.MethodName && map.Shape.AsSpan().SequenceEqual(imageShape)
            ? request.Model.Layout : ImageLayout.ChannelsFirst;
    }

    private static Tensor Transposed(Tensor tensor, int rows, int columns, int[] shape)
    {
        var data = new float[tensor.Data.Length];
        for (var r = 0; r < rows; r++)
            for (var c = 0; c < columns; c++) data[(c * rows) + r] = tensor.Data[(r * columns) + c];
        return new(shape, data);
    }
}
