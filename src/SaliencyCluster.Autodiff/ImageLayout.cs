namespace SaliencyCluster.Autodiff;

/// <summary>Where the channels of an image stand in a model's input. Everything between reading an image and writing a map works channels first.</summary>
public enum ImageLayout
{
    /// <summary><c>[N,C,H,W]</c>, as PyTorch exports.</summary>
    ChannelsFirst,

    /// <summary><c>[N,H,W,C]</c>, as TensorFlow and Keras export.</summary>
    ChannelsLast,
}

/// <summary>Names of layouts, and shapes in them.</summary>
public static class ImageLayouts
{
    /// <summary>Gets the name on the command line and in results: <c>nchw</c> or <c>nhwc</c>.</summary>
    public static string Name(this ImageLayout layout) => layout == ImageLayout.ChannelsLast ? "nhwc" : "nchw";

    /// <summary>Reads a name; null where there is no such layout.</summary>
    public static ImageLayout? Parse(string name) => name switch
    {
        "nchw" => ImageLayout.ChannelsFirst,
        "nhwc" => ImageLayout.ChannelsLast,
        _ => null,
    };

    /// <summary>Turns the shape of one image from channels first into the model's own order; other ranks than 3 have no layout.</summary>
    public static IReadOnlyList<T> ToOwn<T>(this ImageLayout layout, IReadOnlyList<T> shape) =>
        layout == ImageLayout.ChannelsLast && shape is [var c, var h, var w] ? [h, w, c] : shape;

    /// <summary>Turns the shape of one image from the model's own order into channels first.</summary>
    public static IReadOnlyList<T> ToChannelsFirst<T>(this ImageLayout layout, IReadOnlyList<T> shape) =>
        layout == ImageLayout.ChannelsLast && shape is [var h, var w, var c] ? [c, h, w] : shape;
}
