using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Checks an image before anything runs.</summary>
public static class ImageCheck
{
    /// <summary>Checks that an image fits the model and is finite.</summary>
    /// <exception cref="SaliencyException">SAL2101: wrong shape. SAL2102: NaN or infinity.</exception>
    public static void Check(Tensor image, ModelSummary model, uint imageIndex)
    {
        var fits = image.Shape.Length == model.ImageShape.Count
            && image.Shape.Zip(model.ImageShape).All(p => p.Second < 0 ? p.First > 0 : p.First == p.Second)
            && image.Data.Length == image.Shape.Aggregate(1L, (n, d) => n * d);
        if (!fits)
            throw new SaliencyException(
                "SAL2101", $"Image {imageIndex} has shape [{ShapeText.Of(model.Layout.ToOwn(image.Shape))}]; the model's input '{model.Input}' takes [{ShapeText.Of(model.InputShape)}]{Channels(model)}.",
                "Give images of the model's shape; `saliency models show` prints it.");
        var bad = image.Data.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
            throw new SaliencyException(
                "SAL2102", $"Image {imageIndex} is not finite: element {bad} is {image.Data[bad]}.", "Remove NaN and infinity from the image.");
    }
    private static string Channels(ModelSummary model) => model.ImageShape.Count != 3 ? "" : model.Layout == ImageLayout.ChannelsLast ? ", channels last" : ", channels first";
}
