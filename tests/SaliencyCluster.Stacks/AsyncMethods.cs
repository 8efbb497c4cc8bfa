using Microsoft.Diagnostics.Runtime;

namespace SaliencyCluster.Stacks;

/// <summary>The async methods that have begun and not ended, each with those that wait for it: no thread's stack shows them.</summary>
internal static class AsyncMethods
{
    private const string Box = "+AsyncStateMachineBox<";

    public static IEnumerable<string> Waiting(ClrHeap heap)
    {
        var methods = new Dictionary<ulong, Method>();
        foreach (var item in heap.EnumerateObjects())
        {
            if (item.Type?.Name is { } type && type.Contains(Box, StringComparison.Ordinal) && Read(item, type) is { } method) methods[item.Address] = method;
        }
        var awaited = methods.Values.Select(m => m.WaitedForBy).ToHashSet();
        var chains = from method in methods where !awaited.Contains(method.Key) select Chain(method.Key, methods);
        foreach (var chain in chains.Where(c => c.Contains("SaliencyCluster", StringComparison.Ordinal)).GroupBy(c => c).OrderByDescending(g => g.Count()))
            yield return $"{chain.Count()} times awaiting:{Environment.NewLine}{chain.Key}";
    }

    // A method that has not begun to wait has state -1, an ended one -2.
    private static Method? Read(ClrObject box, string type)
    {
        if (box.Type!.GetFieldByName("StateMachine") is not { } field) return null;
        int? state = field.IsValueType
            ? box.ReadValueTypeField("StateMachine").ReadField<int>("<>1__state")
            : box.ReadObjectField("StateMachine").ReadField<int>("<>1__state");
        if (state < 0) return null;
        var waiter = box.Type.GetFieldByName("m_continuationObject") is null ? 0 : box.ReadObjectField("m_continuationObject").Address;
        return new(field.Type?.Name ?? type, state.Value, waiter);
    }

    private static string Chain(ulong start, Dictionary<ulong, Method> methods)
    {
        var lines = new List<string>();
        var seen = new HashSet<ulong>();
        for (var at = start; methods.TryGetValue(at, out var method) && seen.Add(at); at = method.WaitedForBy)
            lines.Add($"    in {method.Name} (await {method.State})");
        return string.Join(Environment.NewLine, lines);
    }

    private sealed record Method(string Name, int State, ulong WaitedForBy);
}
