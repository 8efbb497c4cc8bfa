namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Where the images of a batch lie in a tensor.</summary>
/// <param name="Axis">The axis, whose size is the size for one image times the batch.</param>
/// <param name="Outer">
/// How the axis counts: its index is (o, image, i) with this many values of o. 1 where each image is one run of neighbours; in a
/// sequence-first transformer the rows [sequence * batch] have the sequence here.
/// </param>
internal readonly record struct BatchPlace(int Axis, long Outer);
