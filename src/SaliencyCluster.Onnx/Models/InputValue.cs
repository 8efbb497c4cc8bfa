namespace SaliencyCluster.Onnx;

/// <summary>The value of a model's input that takes no image.</summary>
/// <param name="Numbers">The numbers; a single one fills the whole input.</param>
/// <param name="Shape">Their shape; null takes the input's.</param>
public sealed record InputValue(IReadOnlyList<double> Numbers, IReadOnlyList<int>? Shape = null);
