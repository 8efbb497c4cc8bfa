namespace SaliencyCluster.TestKit.Hostile;

/// <summary>Models for images of 1x28x28 that no check at the door refuses, and that do harm once ONNX Runtime runs them.</summary>
public static class PoisonModels
{
    /// <summary>Divides the least whole number by the largest pixel less 1. Where that is -1, as of an image that is all 0, the quotient
    /// is no number of 64 bits: a fault of the processor, which ends the process.</summary>
    public static byte[] Crashing() => CrashingAt(0);

    /// <summary>As <see cref="Crashing"/>, where the whole part of the largest pixel is this. For other images, and in a trial, it does no
    /// harm.</summary>
    public static byte[] CrashingAt(int largest) => Image()
        .Node("ReduceMax", "x", "largest", ("keepdims", 1)).Node("Cast", "largest", "whole", ("to", 7)).Longs("next", largest + 1)
        .Longs("least", long.MinValue).Node("Sub", "whole next", "divisor")
        .Node("Div", "least divisor", "quotient").Node("Cast", "quotient", "back", ("to", 1)).Node("Add", "x back", "last").Score("last");

    /// <summary>The largest pixel of windows of 3500x3500, one after another, inside one node: seconds in which nothing is heard.</summary>
    public static byte[] Slow() => LargestOfWindows(1750);

    /// <summary>As <see cref="Slow"/>, of many more windows: no test lasts as long as its one node does.</summary>
    public static byte[] Endless() => LargestOfWindows(2000);

    private static byte[] LargestOfWindows(int around) => Image()
        .Longs("pads", 0, 0, around, around, 0, 0, around - 1, around - 1).Node("Pad", "x pads", "padded")
        .Node("MaxPool", "padded", "last", ("kernel_shape", new long[] { 3500, 3500 })).Score("last");

    private static ModelBuilder Image() => new ModelBuilder().Input("x", 1, 1, 28, 28);

    private static byte[] Score(this ModelBuilder model, string last) =>
        model.Node("ReduceMean", last, "y", ("axes", new long[] { 2, 3 }), ("keepdims", 0)).Output("y", 1, 1).ToBytes();
}
