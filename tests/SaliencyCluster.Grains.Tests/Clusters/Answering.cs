using System.Reflection;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>A grain, or what finds it, that is only asked.</summary>
public class Answering : DispatchProxy
{
    private Func<string, object> _answer = null!;

    /// <summary>Makes one that gives the same answer to every call.</summary>
    public static T With<T>(Func<object> answer) where T : class => With<T>(_ => answer());

    /// <summary>Makes one that answers calls by their names.</summary>
    public static T With<T>(Func<string, object> answer) where T : class
    {
        var proxy = Create<T, Answering>();
        ((Answering)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name);
}
