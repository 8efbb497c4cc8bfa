namespace SaliencyCluster.Onnx.Tensors;

/// <summary>Names that are each given once; a number follows where one is taken.</summary>
internal sealed class UniqueNames(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = [.. taken];
    private readonly Dictionary<string, int> _last = [];

    /// <summary>The name itself, or the name with a number.</summary>
    public string Next(string name)
    {
        if (_taken.Add(name)) return name;
        // Counting on from the last one: many equal names in a hostile file cost no more than as many different ones.
        for (var i = _last.GetValueOrDefault(name, 1) + 1; ; i++)
        {
            var numbered = $"{name}_{i}";
            if (!_taken.Add(numbered)) continue;
            _last[name] = i;
            return numbered;
        }
    }
}
