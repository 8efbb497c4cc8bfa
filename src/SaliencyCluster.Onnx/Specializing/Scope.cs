using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Specializing;

/// <summary>The tensors that the nodes of one graph can name: its own, and those of the graphs around it.</summary>
internal sealed class Scope(Scope? outer = null)
{
    private readonly Dictionary<string, Operand> _own = [];

    public void Set(string name, Operand operand) => _own[name] = operand;

    public Operand? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
            if (scope._own.TryGetValue(name, out var operand)) return operand;
        return null;
    }

    private Scope? Outer => outer;
}
