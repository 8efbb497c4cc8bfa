namespace SaliencyCluster.Onnx.Specializing;

/// <summary>A tensor of the graph that is being specialised: what is known of it so far.</summary>
/// <param name="Name">Its name in the result.</param>
/// <param name="Type">Element type and static shape.</param>
/// <param name="Constant">Its value, where it does not depend on the image.</param>
internal sealed record Operand(string Name, TensorType Type, ConstantTensor? Constant = null);
